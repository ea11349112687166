"""A small world of senders, recipients and mail servers, whose truth is known: for tests, demos and measurements.

`world` says who lives where and what becomes of them, `traffic` lets the sender mail them and writes what the
servers answer, `truth` tells how it really was. Nothing is ever sent anywhere.
"""
