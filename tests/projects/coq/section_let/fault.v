Section Local.
Let claim : True := I.
End Local.
