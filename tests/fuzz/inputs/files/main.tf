!resource "aws_db_instance" "a" {
  engine = "postgres"
  password = var.password
}
module "b" { source = "./b" }
