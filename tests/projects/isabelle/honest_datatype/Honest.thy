theory Honest
  imports Main
begin

datatype 'a tree = Leaf | Node "'a tree" 'a "'a tree"

datatype 'a rose = Rose 'a "'a rose list"

lemma claim: "Leaf \<noteq> Node l x r"
  by simp

end
