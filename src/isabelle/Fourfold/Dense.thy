(*  Title:      Fourfold/Dense.thy

Dense layers.
*)

section \<open>Dense layers\<close>

theory Dense
  imports Vjp
begin

text \<open>
  A dense layer with weights \<open>W\<close> and bias \<open>b\<close> computes \<open>y\<^sub>j = (\<Sum>i. x\<^sub>i W\<^sub>i\<^sub>j) + b\<^sub>j\<close>. It is a program of
  its input, of its weights and of its bias, and has a vector-Jacobian product in each:
  \<open>dx = W dy\<close>, \<open>dW\<^sub>i\<^sub>j = x\<^sub>i dy\<^sub>j\<close> and \<open>db = dy\<close>.

  Notation: the weights are a vector over pairs of an input and an output index. What is not the
  input of a program enters its run over dual numbers as \<^const>\<open>embed\<close>.

  Source: I. Goodfellow, Y. Bengio, A. Courville, Deep Learning (MIT Press 2016), section 6.5.
\<close>

definition dense ::
  "'i set \<Rightarrow> ('i \<times> 'j \<Rightarrow> 'a::comm_ring_1) \<Rightarrow> ('j \<Rightarrow> 'a) \<Rightarrow> ('i \<Rightarrow> 'a) \<Rightarrow> 'j \<Rightarrow> 'a"
  where "dense I W b x j = (\<Sum>i\<in>I. x i * W (i, j)) + b j"

text \<open>In its input, a dense layer has the backward map \<open>dx\<^sub>i = \<Sum>j. W\<^sub>i\<^sub>j dy\<^sub>j\<close>.\<close>

theorem dense_input_vjp:
  "has_vjp I J (dense I (\<lambda>p. embed (W p)) (\<lambda>j. embed (b j))) (dense I W b)
    (\<lambda>x v j. \<Sum>i\<in>I. v i * W (i, j)) (\<lambda>x dy i. \<Sum>j\<in>J. W (i, j) * dy j)"
proof (rule has_vjpI)
  show "is_jvp (dense I (\<lambda>p. embed (W p)) (\<lambda>j. embed (b j))) (dense I W b)
      (\<lambda>x v j. \<Sum>i\<in>I. v i * W (i, j))"
    by (rule is_jvpI)
      (simp_all add: dense_def primal_sum tangent_sum dual_components embedded_components)
  show "is_vjp I J (\<lambda>x v j. \<Sum>i\<in>I. v i * W (i, j)) (\<lambda>x dy i. \<Sum>j\<in>J. W (i, j) * dy j)"
  proof (rule is_vjpI, rule is_adjointI)
    fix v dy
    have "dot J (\<lambda>j. \<Sum>i\<in>I. v i * W (i, j)) dy = (\<Sum>j\<in>J. \<Sum>i\<in>I. v i * W (i, j) * dy j)"
      by (simp only: dot_def sum_mult_right)
    also have "\<dots> = (\<Sum>i\<in>I. \<Sum>j\<in>J. v i * W (i, j) * dy j)"
      by (rule sum_exchange)
    also have "\<dots> = dot I v (\<lambda>i. \<Sum>j\<in>J. W (i, j) * dy j)"
      by (simp only: dot_def sum_mult_left mult.assoc)
    finally show "dot J (\<lambda>j. \<Sum>i\<in>I. v i * W (i, j)) dy
        = dot I v (\<lambda>i. \<Sum>j\<in>J. W (i, j) * dy j)" .
  qed
qed

text \<open>In its weights, a dense layer has the backward map \<open>dW\<^sub>i\<^sub>j = x\<^sub>i dy\<^sub>j\<close>.\<close>

theorem dense_weight_vjp:
  "has_vjp (I \<times> J) J (\<lambda>W. dense I W (\<lambda>j. embed (b j)) (\<lambda>i. embed (x i)))
    (\<lambda>W. dense I W b x) (\<lambda>W V j. \<Sum>i\<in>I. x i * V (i, j)) (\<lambda>W dy (i, j). x i * dy j)"
proof (rule has_vjpI)
  show "is_jvp (\<lambda>W. dense I W (\<lambda>j. embed (b j)) (\<lambda>i. embed (x i))) (\<lambda>W. dense I W b x)
      (\<lambda>W V j. \<Sum>i\<in>I. x i * V (i, j))"
    by (rule is_jvpI)
      (simp_all add: dense_def primal_sum tangent_sum dual_components embedded_components)
  show "is_vjp (I \<times> J) J (\<lambda>W V j. \<Sum>i\<in>I. x i * V (i, j)) (\<lambda>W dy (i, j). x i * dy j)"
  proof (rule is_vjpI, rule is_adjointI)
    fix V dy
    have "dot J (\<lambda>j. \<Sum>i\<in>I. x i * V (i, j)) dy = (\<Sum>j\<in>J. \<Sum>i\<in>I. x i * V (i, j) * dy j)"
      by (simp only: dot_def sum_mult_right)
    also have "\<dots> = (\<Sum>i\<in>I. \<Sum>j\<in>J. x i * V (i, j) * dy j)"
      by (rule sum_exchange)
    also have "\<dots> = (\<Sum>i\<in>I. \<Sum>j\<in>J. V (i, j) * (x i * dy j))"
      by (simp only: mult.assoc mult.left_commute)
    also have "\<dots> = (\<Sum>(i, j)\<in>I \<times> J. V (i, j) * (x i * dy j))"
      by (rule sum.cartesian_product)
    also have "\<dots> = dot (I \<times> J) V (\<lambda>(i, j). x i * dy j)"
      by (simp add: dot_def case_prod_beta)
    finally show "dot J (\<lambda>j. \<Sum>i\<in>I. x i * V (i, j)) dy
        = dot (I \<times> J) V (\<lambda>(i, j). x i * dy j)" .
  qed
qed

text \<open>In its bias, a dense layer has the backward map \<open>db = dy\<close>.\<close>

theorem dense_bias_vjp:
  "has_vjp J J (\<lambda>b. dense I (\<lambda>p. embed (W p)) b (\<lambda>i. embed (x i)))
    (\<lambda>b. dense I W b x) (\<lambda>b v. v) (\<lambda>b dy. dy)"
proof (rule has_vjpI)
  show "is_jvp (\<lambda>b. dense I (\<lambda>p. embed (W p)) b (\<lambda>i. embed (x i))) (\<lambda>b. dense I W b x)
      (\<lambda>b v. v)"
    by (rule is_jvpI)
      (simp_all add: dense_def primal_sum tangent_sum dual_components embedded_components)
  show "is_vjp J J (\<lambda>b v. v) (\<lambda>b dy. dy)"
    by (rule is_vjpI) (rule adjoint_id)
qed

end
