Add LoadPath "/tmp/fourfold-outside" as Evil.
From Evil Require Import evil.
Lemma claim : evil.statement.
Proof. exact evil.proof. Qed.
