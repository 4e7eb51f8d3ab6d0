From wrong_logical_name Require Import lemmas.
