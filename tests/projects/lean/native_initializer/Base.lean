initialize flag : Bool ← pure true
