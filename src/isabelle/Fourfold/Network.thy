(*  Title:      Fourfold/Network.thy

A network of the layers of this session, and a concrete instance.
*)

section \<open>A network\<close>

theory Network
  imports Composition Product Residual Dense Conv
begin

text \<open>
  The rules of this session, put together: a convolution, a residual connection around a dense layer
  with as many outputs as inputs, and a dense layer. The last two facts run a dense layer over the
  integers, so that the hypotheses of the theorems are seen to be satisfiable and their values to
  be what one computes by hand.

  Source: the rules themselves.
\<close>

text \<open>The composed backward map of a small network is correct.\<close>

theorem network_vjp:
  fixes w b1 U b2 W b3 :: "_ \<Rightarrow> 'a::comm_ring_1"
  shows "\<exists>F df. has_vjp {..<n} {..<q} F
    (\<lambda>x. dense {..<m} W b3 (\<lambda>j. dense {..<m} U b2 (conv p n l w b1 x) j + conv p n l w b1 x j))
    df
    (\<lambda>x dy i. \<Sum>k<l. w k * padded k m
      (\<lambda>j. (\<Sum>j'<m. U (j, j') * (\<Sum>o'<q. W (j', o') * dy o')) + (\<Sum>o'<q. W (j, o') * dy o'))
      (i + p))"
  by (intro exI)
    (rule vjp_comp [OF vjp_comp [OF conv_input_vjp vjp_residual [OF dense_input_vjp]]
        dense_input_vjp])

text \<open>
  A dense layer over the integers with weights 2 and 3 and bias 1 has the value 24 at (4, 5).
\<close>

lemma dense_value:
  "dense {..<2} (\<lambda>(i, j). int i + 2) (\<lambda>j. 1) (\<lambda>i. int i + 4) (0::nat) = 24"
  by (simp add: dense_def numeral_2_eq_2 lessThan_Suc)

text \<open>The cotangent of its second input is the weight 3 times that of its output, 7.\<close>

lemma dense_cotangent:
  "(\<Sum>j<(1::nat). (\<lambda>(i, j). int i + 2) (1, j) * (\<lambda>j. 7) j) = 21"
  by simp

end
