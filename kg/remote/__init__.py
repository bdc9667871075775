"""Other SPARQL servers: ask them what the embedded store is asked, and load a built graph there."""
