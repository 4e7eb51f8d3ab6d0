(*  Title:      Fourfold/Conv.thy

Convolution layers.
*)

section \<open>Convolution\<close>

theory Conv
  imports Vjp
begin

text \<open>
  A one-dimensional convolution layer (a cross-correlation, as in deep learning) with \<open>l\<close> weights
  \<open>w\<close>, a bias \<open>b\<close>, and \<open>p\<close> zeros of padding before the \<open>n\<close> inputs computes
  \<open>y\<^sub>j = b + (\<Sum>k<l. w\<^sub>k xpad\<^sub>j\<^sub>+\<^sub>k)\<close>, for any number \<open>m\<close> of outputs; beyond the inputs, the padding goes on.
  Its backward maps are \<open>dx\<^sub>i = \<Sum>k<l. w\<^sub>k dypad\<close>, \<open>dw\<^sub>k = \<Sum>j<m. xpad\<^sub>j\<^sub>+\<^sub>k dy\<^sub>j\<close> and \<open>db = \<Sum>j<m. dy\<^sub>j\<close>.

  Notation: \<open>padded p n x\<close> is \<open>x\<close> with its \<open>n\<close> entries shifted up by \<open>p\<close>, and zeros elsewhere. The bias
  is a vector with one entry.

  Source: V. Dumoulin, F. Visin, A guide to convolution arithmetic for deep learning (2016),
  sections 2 and 4.
\<close>

definition padded :: "nat \<Rightarrow> nat \<Rightarrow> (nat \<Rightarrow> 'a::comm_ring_1) \<Rightarrow> nat \<Rightarrow> 'a"
  where "padded p n x t = (if p \<le> t \<and> t < p + n then x (t - p) else 0)"

definition conv ::
  "nat \<Rightarrow> nat \<Rightarrow> nat \<Rightarrow> (nat \<Rightarrow> 'a::comm_ring_1) \<Rightarrow> (unit \<Rightarrow> 'a) \<Rightarrow> (nat \<Rightarrow> 'a) \<Rightarrow> nat \<Rightarrow> 'a"
  where "conv p n l w b x j = b () + (\<Sum>k<l. w k * padded p n x (j + k))"

text \<open>The components of a padded vector are the padded components.\<close>

lemma padded_components:
  shows "primal (padded p n (perturb x v) t) = padded p n x t"
    and "tangent (padded p n (perturb x v) t) = padded p n v t"
    and "padded p n (\<lambda>i. embed (x i)) t = embed (padded p n x t)"
  by (simp_all add: padded_def embedded_components dual_components)
    (simp_all add: embed_def zero_dual_def)

text \<open>An entry of a padded vector, as a sum over the entries of the vector.\<close>

lemma padded_sum: "padded p n x t = (\<Sum>i<n. if i + p = t then x i else 0)"
proof (cases "p \<le> t \<and> t < p + n")
  case True
  have "(\<Sum>i<n. if i + p = t then x i else 0) = (\<Sum>i<n. if i = t - p then x i else 0)"
    by (rule sum.cong) (use True in auto)
  also have "\<dots> = x (t - p)"
    by (rule sum_single) (use True in auto)
  finally show ?thesis
    using True by (simp add: padded_def)
next
  case False
  have "(\<Sum>i<n. if i + p = t then x i else 0) = (\<Sum>i<n. 0)"
    by (rule sum.cong) (use False in auto)
  moreover have "padded p n x t = 0"
    using False unfolding padded_def by (rule if_not_P)
  ultimately show ?thesis
    by simp
qed

text \<open>
  Padding and reading at a shift is the adjoint of padding by the shift and reading at the padding.
\<close>

lemma padded_adjoint:
  "(\<Sum>j<m. padded p n v (j + k) * w j) = (\<Sum>i<n. v i * padded k m w (i + p))"
proof -
  have "(\<Sum>j<m. padded p n v (j + k) * w j)
      = (\<Sum>j<m. \<Sum>i<n. (if i + p = j + k then v i else 0) * w j)"
    by (simp only: padded_sum sum_mult_right)
  also have "\<dots> = (\<Sum>i<n. \<Sum>j<m. (if i + p = j + k then v i else 0) * w j)"
    by (rule sum_exchange)
  also have "\<dots> = (\<Sum>i<n. \<Sum>j<m. v i * (if j + k = i + p then w j else 0))"
    by (intro sum.cong) auto
  also have "\<dots> = (\<Sum>i<n. v i * padded k m w (i + p))"
    by (simp only: padded_sum sum_mult_left)
  finally show ?thesis .
qed

text \<open>
  In its input, a convolution has the backward map \<open>dx\<^sub>i = \<Sum>k<l. w\<^sub>k dypad\<close>, where the cotangent is
  padded by \<open>k\<close> and read at \<open>i + p\<close>.
\<close>

theorem conv_input_vjp:
  "has_vjp {..<n} {..<m} (conv p n l (\<lambda>k. embed (w k)) (\<lambda>u. embed (b u))) (conv p n l w b)
    (\<lambda>x v j. \<Sum>k<l. w k * padded p n v (j + k))
    (\<lambda>x dy i. \<Sum>k<l. w k * padded k m dy (i + p))"
proof (rule has_vjpI)
  show "is_jvp (conv p n l (\<lambda>k. embed (w k)) (\<lambda>u. embed (b u))) (conv p n l w b)
      (\<lambda>x v j. \<Sum>k<l. w k * padded p n v (j + k))"
    by (rule is_jvpI)
      (simp_all add: conv_def primal_sum tangent_sum dual_components embedded_components
        padded_components)
  show "is_vjp {..<n} {..<m} (\<lambda>x v j. \<Sum>k<l. w k * padded p n v (j + k))
      (\<lambda>x dy i. \<Sum>k<l. w k * padded k m dy (i + p))"
  proof (rule is_vjpI, rule is_adjointI)
    fix v dy
    have "dot {..<m} (\<lambda>j. \<Sum>k<l. w k * padded p n v (j + k)) dy
        = (\<Sum>j<m. \<Sum>k<l. w k * (padded p n v (j + k) * dy j))"
      by (simp only: dot_def sum_mult_right mult.assoc)
    also have "\<dots> = (\<Sum>k<l. \<Sum>j<m. w k * (padded p n v (j + k) * dy j))"
      by (rule sum_exchange)
    also have "\<dots> = (\<Sum>k<l. w k * (\<Sum>i<n. v i * padded k m dy (i + p)))"
      by (simp only: sum_mult_left [symmetric] padded_adjoint)
    also have "\<dots> = (\<Sum>k<l. \<Sum>i<n. v i * (w k * padded k m dy (i + p)))"
      by (simp only: sum_mult_left mult.left_commute)
    also have "\<dots> = (\<Sum>i<n. \<Sum>k<l. v i * (w k * padded k m dy (i + p)))"
      by (rule sum_exchange)
    also have "\<dots> = dot {..<n} v (\<lambda>i. \<Sum>k<l. w k * padded k m dy (i + p))"
      by (simp only: dot_def sum_mult_left)
    finally show "dot {..<m} (\<lambda>j. \<Sum>k<l. w k * padded p n v (j + k)) dy
        = dot {..<n} v (\<lambda>i. \<Sum>k<l. w k * padded k m dy (i + p))" .
  qed
qed

text \<open>In its weights, a convolution has the backward map \<open>dw\<^sub>k = \<Sum>j<m. xpad\<^sub>j\<^sub>+\<^sub>k dy\<^sub>j\<close>.\<close>

theorem conv_weight_vjp:
  "has_vjp {..<l} {..<m} (\<lambda>w. conv p n l w (\<lambda>u. embed (b u)) (\<lambda>i. embed (x i)))
    (\<lambda>w. conv p n l w b x)
    (\<lambda>w v j. \<Sum>k<l. v k * padded p n x (j + k))
    (\<lambda>w dy k. \<Sum>j<m. padded p n x (j + k) * dy j)"
proof (rule has_vjpI)
  show "is_jvp (\<lambda>w. conv p n l w (\<lambda>u. embed (b u)) (\<lambda>i. embed (x i)))
      (\<lambda>w. conv p n l w b x) (\<lambda>w v j. \<Sum>k<l. v k * padded p n x (j + k))"
    by (rule is_jvpI)
      (simp_all add: conv_def primal_sum tangent_sum dual_components embedded_components
        padded_components)
  show "is_vjp {..<l} {..<m} (\<lambda>w v j. \<Sum>k<l. v k * padded p n x (j + k))
      (\<lambda>w dy k. \<Sum>j<m. padded p n x (j + k) * dy j)"
  proof (rule is_vjpI, rule is_adjointI)
    fix v dy
    have "dot {..<m} (\<lambda>j. \<Sum>k<l. v k * padded p n x (j + k)) dy
        = (\<Sum>j<m. \<Sum>k<l. v k * (padded p n x (j + k) * dy j))"
      by (simp only: dot_def sum_mult_right mult.assoc)
    also have "\<dots> = (\<Sum>k<l. \<Sum>j<m. v k * (padded p n x (j + k) * dy j))"
      by (rule sum_exchange)
    also have "\<dots> = dot {..<l} v (\<lambda>k. \<Sum>j<m. padded p n x (j + k) * dy j)"
      by (simp only: dot_def sum_mult_left)
    finally show "dot {..<m} (\<lambda>j. \<Sum>k<l. v k * padded p n x (j + k)) dy
        = dot {..<l} v (\<lambda>k. \<Sum>j<m. padded p n x (j + k) * dy j)" .
  qed
qed

text \<open>In its bias, a convolution has the backward map \<open>db = \<Sum>j<m. dy\<^sub>j\<close>.\<close>

theorem conv_bias_vjp:
  "has_vjp {()} {..<m} (\<lambda>b. conv p n l (\<lambda>k. embed (w k)) b (\<lambda>i. embed (x i)))
    (\<lambda>b. conv p n l w b x) (\<lambda>b v j. v ()) (\<lambda>b dy u. \<Sum>j<m. dy j)"
proof (rule has_vjpI)
  show "is_jvp (\<lambda>b. conv p n l (\<lambda>k. embed (w k)) b (\<lambda>i. embed (x i)))
      (\<lambda>b. conv p n l w b x) (\<lambda>b v j. v ())"
    by (rule is_jvpI)
      (simp_all add: conv_def primal_sum tangent_sum dual_components embedded_components
        padded_components)
  show "is_vjp {()} {..<m} (\<lambda>b v j. v ()) (\<lambda>b dy u. \<Sum>j<m. dy j)"
    by (rule is_vjpI, rule is_adjointI) (simp add: dot_def sum_mult_left)
qed

end
