//! Aggregates of people and money, with small numbers suppressed.

pub mod small_numbers;
