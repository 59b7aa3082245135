//! A small package for the emitters' tests.
