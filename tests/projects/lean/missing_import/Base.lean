theorem base : True := trivial
