"""What was known on a day, fitted once, and what it answers: facts, studies, assumptions, projections."""
