theory Fault
  imports Main
begin

datatype colour = Red | Blue

lemmas claim = colour.full_exhaustive_colour.simps

end
