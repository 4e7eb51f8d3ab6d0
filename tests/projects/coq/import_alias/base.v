Module Inner.
Axiom gap : False.
End Inner.
