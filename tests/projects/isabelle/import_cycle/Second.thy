theory Second
  imports Third
begin


end
