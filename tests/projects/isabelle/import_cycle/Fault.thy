theory Fault
  imports Second
begin


end
