"""The page engine: runs the code in Markdown pages, puts the results into the text, checks every number.

It knows nothing of convolutions: any technical site can be made with it. The core is text in, text out;
`adapters` fit it to its hosts.
"""
