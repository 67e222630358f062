"""What one set of marks says about another."""
