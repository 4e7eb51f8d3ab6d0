(*  Title:      Fourfold/Sums.thy

Finite sums in a commutative ring.
*)

section \<open>Finite sums\<close>

theory Sums
  imports Main
begin

text \<open>
  A sum over an index set \<^term>\<open>I\<close> is \<^term>\<open>\<Sum>i\<in>I. f i\<close> of the library, which is zero for an
  infinite set. The five facts below are what the other theories of this session use of it. None
  needs the index set to be finite, except the one on a single index.

  Notation: \<^term>\<open>\<Sum>i<n. f i\<close> is the sum over the natural numbers below \<^term>\<open>n\<close>.

  Source: R. L. Graham, D. E. Knuth, O. Patashnik, Concrete Mathematics, 2nd ed.
  (Addison-Wesley 1994), section 2.3.
\<close>

text \<open>The sum of pointwise sums is the sum of the sums.\<close>

lemma sum_add:
  fixes f g :: "'i \<Rightarrow> 'a::comm_ring_1"
  shows "(\<Sum>i\<in>I. f i + g i) = (\<Sum>i\<in>I. f i) + (\<Sum>i\<in>I. g i)"
  by (rule sum.distrib)

text \<open>A factor on the left may be moved into a sum.\<close>

lemma sum_mult_left:
  fixes f :: "'i \<Rightarrow> 'a::comm_ring_1"
  shows "c * (\<Sum>i\<in>I. f i) = (\<Sum>i\<in>I. c * f i)"
  by (rule sum_distrib_left)

text \<open>A factor on the right may be moved into a sum.\<close>

lemma sum_mult_right:
  fixes f :: "'i \<Rightarrow> 'a::comm_ring_1"
  shows "(\<Sum>i\<in>I. f i) * c = (\<Sum>i\<in>I. f i * c)"
  by (rule sum_distrib_right)

text \<open>The order of two sums may be exchanged.\<close>

lemma sum_exchange:
  fixes f :: "'i \<Rightarrow> 'j \<Rightarrow> 'a::comm_ring_1"
  shows "(\<Sum>i\<in>I. \<Sum>j\<in>J. f i j) = (\<Sum>j\<in>J. \<Sum>i\<in>I. f i j)"
  by (rule sum.swap)

text \<open>A sum whose terms vanish away from one index of the set is the term at that index.\<close>

lemma sum_single:
  fixes f :: "'i \<Rightarrow> 'a::comm_ring_1"
  assumes "finite I" and "k \<in> I"
  shows "(\<Sum>i\<in>I. if i = k then f i else 0) = f k"
  using assms by (simp add: sum.delta)

end
