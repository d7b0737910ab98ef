#!/bin/sh
if a; then b "$(c "d")" <<E
x
E
fi && e | f
