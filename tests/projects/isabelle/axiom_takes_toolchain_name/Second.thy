theory Second
  imports Main
begin

end
