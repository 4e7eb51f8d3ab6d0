{-# OPTIONS --prop #-}

module Base where
