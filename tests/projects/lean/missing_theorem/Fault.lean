theorem lemma_one : True := trivial
