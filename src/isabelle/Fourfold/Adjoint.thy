(*  Title:      Fourfold/Adjoint.thy

Dot products and adjoint maps.
*)

section \<open>Adjoints\<close>

theory Adjoint
  imports Sums
begin

text \<open>
  The dot product of two vectors over an index set \<open>I\<close>, and what it means for a map \<open>B\<close> from
  cotangents to cotangents to be the adjoint of a map \<open>A\<close> from tangents to tangents:
  \<open>\<langle>A v, w\<rangle> = \<langle>v, B w\<rangle>\<close>. For a linear map given by a matrix the adjoint is its transpose.

  Notation: \<open>is_adjoint I J A B\<close> reads \<open>A\<close> as a map from vectors over \<open>I\<close> to vectors over \<open>J\<close>.
  Vectors are total functions; what they are outside of their index set does not matter, because a
  dot product does not look there.

  Source: S. Axler, Linear Algebra Done Right, 3rd ed. (Springer 2015), section 7.A.
\<close>

definition dot :: "'i set \<Rightarrow> ('i \<Rightarrow> 'a::comm_ring_1) \<Rightarrow> ('i \<Rightarrow> 'a) \<Rightarrow> 'a"
  where "dot I v w = (\<Sum>i\<in>I. v i * w i)"

definition is_adjoint ::
  "'i set \<Rightarrow> 'j set \<Rightarrow> (('i \<Rightarrow> 'a::comm_ring_1) \<Rightarrow> 'j \<Rightarrow> 'a) \<Rightarrow> (('j \<Rightarrow> 'a) \<Rightarrow> 'i \<Rightarrow> 'a) \<Rightarrow> bool"
  where "is_adjoint I J A B \<longleftrightarrow> (\<forall>v w. dot J (A v) w = dot I v (B w))"

definition unit_vector :: "'i \<Rightarrow> 'i \<Rightarrow> 'a::comm_ring_1"
  where "unit_vector k i = (if i = k then 1 else 0)"

text \<open>A dot product does not depend on the order of its factors.\<close>

lemma dot_commute: "dot I v w = dot I w v"
  by (simp add: dot_def mult.commute)

text \<open>A dot product distributes over a sum of vectors on the left.\<close>

lemma dot_add_left: "dot I (\<lambda>i. u i + v i) w = dot I u w + dot I v w"
  by (simp add: dot_def distrib_right sum_add)

text \<open>A dot product distributes over a sum of vectors on the right.\<close>

lemma dot_add_right: "dot I v (\<lambda>i. u i + w i) = dot I v u + dot I v w"
  by (simp add: dot_def distrib_left sum_add)

text \<open>A factor of one vector may be moved to the other.\<close>

lemma dot_mult: "dot I (\<lambda>i. c i * v i) w = dot I v (\<lambda>i. c i * w i)"
  by (simp add: dot_def mult.left_commute mult.assoc)

text \<open>The dot product with a unit vector is the entry at its index.\<close>

lemma dot_unit_vector:
  assumes "finite I" and "k \<in> I"
  shows "dot I (unit_vector k) w = w k"
proof -
  have "dot I (unit_vector k) w = (\<Sum>i\<in>I. if i = k then w i else 0)"
    unfolding dot_def by (rule sum.cong) (simp_all add: unit_vector_def)
  also have "\<dots> = w k"
    using assms by (rule sum_single)
  finally show ?thesis .
qed

text \<open>An adjoint, once more, in the form in which it is used.\<close>

lemma is_adjointI:
  assumes "\<And>v w. dot J (A v) w = dot I v (B w)"
  shows "is_adjoint I J A B"
  using assms unfolding is_adjoint_def by blast

text \<open>An adjoint moves a map from one side of a dot product to the other.\<close>

lemma is_adjointD:
  assumes "is_adjoint I J A B"
  shows "dot J (A v) w = dot I v (B w)"
  using assms unfolding is_adjoint_def by blast

text \<open>The identity is its own adjoint.\<close>

lemma adjoint_id: "is_adjoint I I (\<lambda>v. v) (\<lambda>w. w)"
  by (rule is_adjointI) (rule refl)

text \<open>Two adjoints of one map agree on every index of a finite index set.\<close>

theorem adjoint_unique:
  assumes "is_adjoint I J A B" and "is_adjoint I J A C"
    and "finite I" and "i \<in> I"
  shows "B w i = C w i"
proof -
  have "B w i = dot I (unit_vector i) (B w)"
    using assms(3,4) by (rule dot_unit_vector [symmetric])
  also have "\<dots> = dot J (A (unit_vector i)) w"
    using assms(1) by (rule is_adjointD [symmetric])
  also have "\<dots> = dot I (unit_vector i) (C w)"
    using assms(2) by (rule is_adjointD)
  also have "\<dots> = C w i"
    using assms(3,4) by (rule dot_unit_vector)
  finally show ?thesis .
qed

text \<open>Adjoints compose in the opposite order.\<close>

lemma adjoint_comp:
  assumes "is_adjoint I J A B" and "is_adjoint J K C D"
  shows "is_adjoint I K (\<lambda>v. C (A v)) (\<lambda>w. B (D w))"
proof (rule is_adjointI)
  fix v w
  have "dot K (C (A v)) w = dot J (A v) (D w)"
    using assms(2) by (rule is_adjointD)
  also have "\<dots> = dot I v (B (D w))"
    using assms(1) by (rule is_adjointD)
  finally show "dot K (C (A v)) w = dot I v (B (D w))" .
qed

text \<open>The adjoint of a sum of maps is the sum of their adjoints.\<close>

lemma adjoint_add:
  assumes "is_adjoint I J A B" and "is_adjoint I J C D"
  shows "is_adjoint I J (\<lambda>v j. A v j + C v j) (\<lambda>w i. B w i + D w i)"
proof (rule is_adjointI)
  fix v w
  have "dot J (\<lambda>j. A v j + C v j) w = dot J (A v) w + dot J (C v) w"
    by (rule dot_add_left)
  also have "\<dots> = dot I v (B w) + dot I v (D w)"
    by (simp only: is_adjointD [OF assms(1)] is_adjointD [OF assms(2)])
  also have "\<dots> = dot I v (\<lambda>i. B w i + D w i)"
    by (rule dot_add_right [symmetric])
  finally show "dot J (\<lambda>j. A v j + C v j) w = dot I v (\<lambda>i. B w i + D w i)" .
qed

text \<open>The adjoint of a map followed by a scaling scales first.\<close>

lemma adjoint_scale:
  assumes "is_adjoint I J A B"
  shows "is_adjoint I J (\<lambda>v j. c j * A v j) (\<lambda>w. B (\<lambda>j. c j * w j))"
proof (rule is_adjointI)
  fix v w
  have "dot J (\<lambda>j. c j * A v j) w = dot J (A v) (\<lambda>j. c j * w j)"
    by (rule dot_mult)
  also have "\<dots> = dot I v (B (\<lambda>j. c j * w j))"
    using assms by (rule is_adjointD)
  finally show "dot J (\<lambda>j. c j * A v j) w = dot I v (B (\<lambda>j. c j * w j))" .
qed

end
