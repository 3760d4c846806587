"""Files people send: judged and read in a limited process, kept as they came, shown as pictures of themselves.

`uploads` is the door: what comes in, what is stored, what goes out. Everything that decodes foreign bytes (`judges`,
`pictures`) runs in a process of `reader_child`, asked through `limited_reader`; those modules import neither Django
nor anything of the service but each other.
"""
