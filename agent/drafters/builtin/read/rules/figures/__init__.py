"""Rules for figures: counts, sums, averages, shares and what adds up."""
