private theorem claim : True := trivial
