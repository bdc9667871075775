"""Claims to a graph, and a graph to answers: what research says, with the sentence that says it."""
