theory Honest
  imports Main
begin

typedef small = "{n::nat. n < 3}"
  by (rule exI [of _ 0]) simp

datatype 'a tree = Leaf | Node "'a tree" 'a "'a tree"

record point =
  x_of :: nat
  y_of :: nat

class marked =
  fixes mark :: "'a \<Rightarrow> nat"
  assumes mark_small: "mark a < 3"

instantiation nat :: marked
begin

definition mark_nat :: "nat \<Rightarrow> nat"
  where "mark_nat n = 0"

instance
  by standard (simp add: mark_nat_def)

end

inductive even_number :: "nat \<Rightarrow> bool"
  where
    zero: "even_number 0"
  | step: "even_number n \<Longrightarrow> even_number (Suc (Suc n))"

fun size_of :: "'a tree \<Rightarrow> nat"
  where
    "size_of Leaf = 0"
  | "size_of (Node l _ r) = Suc (size_of l + size_of r)"

locale pointed =
  fixes p :: "'a"
begin

definition the_point :: 'a
  where "the_point = p"

end

interpretation one: pointed "1::nat" .

lemma small_zero: "Rep_small (Abs_small 0) = 0"
  by (simp add: Abs_small_inverse)

lemma claim: "size_of (Node Leaf a Leaf) = 1"
  by simp

end
