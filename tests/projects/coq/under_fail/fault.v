Fail Definition claim : False := I.
