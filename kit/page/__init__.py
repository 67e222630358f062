"""What a student sees and touches: text with marks, comparisons, figures, the pen."""
