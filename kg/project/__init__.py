"""A living review in a folder: its sources, what a person decided, and the graph made of them.

Functions from values to values stand in `records`, `decisions`, `flow` and `changes`; files and
folders in `layout`, `config` and `cache`.
"""
