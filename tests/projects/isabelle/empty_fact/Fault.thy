theory Fault
  imports Main
begin

named_theorems claim

end
