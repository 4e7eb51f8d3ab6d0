theory Third
  imports Main Fault
begin


end
