Definition claim : Set := forall A : Set, A -> A.
