module a
go 1.22
require (
	b v1 // indirect
)
replace c => ../d
