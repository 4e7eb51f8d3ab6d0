From misspelt_import Require Import lemma.
