Set Universe Polymorphism.
Inductive same@{top} (A : Type@{top}) (x : A) : A -> Prop := refl : same A x x.
NonCumulative Inductive box@{low high | low < high} : Set :=
| wrap (inside : Type@{high} := Type@{low}).
Definition content@{low high | low < high} (b : box@{low high}) : Type@{high} :=
  match b with wrap inside => inside end.
Definition small@{tiny low high | tiny < low, low < high} (b : box@{low high}) : Type@{high} :=
  match b with wrap inside => Type@{tiny} end.
Definition alike@{tiny low high top | tiny < low, low < high, high < top} (b : box@{low high}) :
  same@{top} Type@{high} (content@{low high} b) (small@{tiny low high} b).
Proof. exact_no_check (refl@{top} Type@{high} (content@{low high} b)). Defined.
