theory Other
  imports Main
begin

axiomatization
  where gap: False

end
