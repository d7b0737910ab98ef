use super::*;
use crate::Outcome;
use crate::snapshot::fixture::Fixture;

fn outcome(files: &[(&str, &str)]) -> Outcome {
    let repo = files.iter().fold(Fixture::new(), |fixture, (path, text)| fixture.file(path, text)).snapshot();
    finding(&repo).outcome()
}

#[test]
fn a_connection_in_a_handler_is_opened_for_each_request() {
    let app = "const { Client } = require('pg')\nconst app = require('express')()\napp.get('/a', async (req, res) => {\n const client = new Client()\n})\n";
    assert_eq!(outcome(&[("app.js", app)]), Outcome::NotMet);
    let once = "const { Pool } = require('pg')\nconst pool = new Pool()\nconst app = require('express')()\n";
    assert_eq!(outcome(&[("app.js", once)]), Outcome::Met);
}

#[test]
fn a_function_that_handlers_call_opens_one_for_each() {
    let helper = "import psycopg2\n\ndef get_connection():\n    return psycopg2.connect(URL)\n";
    let model = "from db import get_connection\n\ndef users():\n    conn = get_connection()\n";
    assert_eq!(outcome(&[("db.py", helper), ("models/user.py", model)]), Outcome::NotMet);
    let at_start = "from db import get_connection\n\nconn = get_connection()\n";
    let files = [("db.py", helper), ("models/user.py", at_start), ("requirements.txt", "psycopg2\n")];
    assert_eq!(outcome(&files), Outcome::NotAssessable);
}

#[test]
fn what_runs_once_at_the_start_opens_one() {
    let helper = "package common\nfunc Init() *gorm.DB {\n\tdb, _ := gorm.Open(url)\n\tdb.SetMaxIdleConns(10)\n\treturn db\n}\nfunc Connect() *sql.DB {\n\tdb, _ := sql.Open(url)\n\treturn db\n}\n";
    let main = "package main\nimport \"github.com/gin-gonic/gin\"\nfunc main() {\n\tr := gin.Default()\n\tdb := common.Connect()\n\tr.GET(\"/a\", a)\n}\n";
    assert_eq!(outcome(&[("common/db.go", helper), ("routes.go", main)]), Outcome::Met);
    let routes = main.replace("func main()", "func serve()");
    assert_eq!(outcome(&[("common/db.go", helper), ("routes.go", &routes)]), Outcome::Met, "beside the routes");
    let handler =
        main.replace("\tdb := common.Connect()\n", "") + "\nfunc a(c *gin.Context) {\n\tdb := common.Connect()\n}\n";
    assert_eq!(outcome(&[("common/db.go", helper), ("routes.go", &handler)]), Outcome::NotMet);
}

#[test]
fn what_makes_the_database_before_the_first_request_is_no_pool_for_each() {
    let helper = "import psycopg\n\ndef ensure():\n    psycopg.connect(URL).execute(MAKE)\n\ndef init_client():\n    ensure()\n    return create_engine(URL)\n";
    let files = [("auth_service/db.py", helper), ("requirements.txt", "sqlalchemy\npsycopg\n")];
    assert_eq!(outcome(&files), Outcome::Met);
    let asked = helper.replace("init_client", "client");
    assert_eq!(outcome(&[("auth_service/db.py", &asked), files[1]]), Outcome::NotMet);
}

#[test]
fn what_prepares_the_database_before_the_start_is_for_no_request() {
    let service = "const { Pool } = require('pg')\nconst connect = (database) => {\n  return new Pool({ database })\n}\nclass Bootstrap {\n  async ensure() {\n    const temporary = connect('postgres')\n    await temporary.query('CREATE DATABASE a')\n  }\n}\n";
    let pool = ("config/database.js", "const { Pool } = require('pg')\nmodule.exports = new Pool()\n");
    assert_eq!(outcome(&[pool, ("services/database-bootstrap.service.js", service)]), Outcome::Met);
    assert_eq!(outcome(&[pool, ("services/users.service.js", service)]), Outcome::NotMet);
}

#[test]
fn a_setting_of_django_that_keeps_nothing_is_no_pool() {
    let settings = |age: &str| {
        format!("DATABASES = {{'default': {{'ENGINE': 'django.db.backends.postgresql', 'CONN_MAX_AGE': {age}}}}}\n")
    };
    let of = |age: &str| outcome(&[("requirements.txt", "django\npsycopg\n"), ("settings.py", &settings(age))]);
    assert_eq!(of("60"), Outcome::Met);
    assert_eq!(of("0"), Outcome::Partly);
    assert_eq!(of("envint('DB_CONN_MAX_AGE', '0')"), Outcome::Partly);
}

#[test]
fn a_function_is_named_by_what_it_is_assigned_to() {
    let helper = "import { createPool } from 'mysql2/promise'\nexport const connect = async () => {\n  return await createPool({})\n}\n";
    let controller = "export async function list(req, res) {\n  const conn = await connect()\n}\n";
    assert_eq!(outcome(&[("db.ts", helper), ("controllers/user.ts", controller)]), Outcome::NotMet);
}

#[test]
fn what_is_within_another_function_is_not_called_by_others() {
    let link = |given: &str| {
        format!(
            "const Sequelize = require('sequelize')\nconst link = (function () {{\n  let one\n  function create() {{ return new Sequelize(url) }}\n  return {{ {given} }}\n}})()\n"
        )
    };
    let dao = "const add = async (user) => {\n  await User.create(user)\n  await link.create()\n}\n";
    let package = ("package.json", r#"{"dependencies": {"sequelize": "6"}}"#);
    let of = |given: &str| outcome(&[package, ("db/link.js", &link(given)), ("dao/users.js", dao)]);
    assert_eq!(of("get: () => { if (!one) one = create(); return one }"), Outcome::Met);
    assert_eq!(of("create"), Outcome::NotMet);
}

#[test]
fn the_name_of_a_table_opens_nothing() {
    let package = ("package.json", r#"{"dependencies": {"knex": "2", "pg": "8"}}"#);
    let users =
        |call: &str| format!("const knex = require('../db')\nconst addUser = (req, res) => {call}.insert(req.body)\n");
    let of = |call: &str| outcome(&[package, ("routes/users.js", &users(call))]);
    assert_eq!(of("knex('users')"), Outcome::Met);
    assert_eq!(of("knex('postgres://db/shop')"), Outcome::NotMet);
}

#[test]
fn gos_own_pool_is_opened_with_any_driver() {
    let main = |call: &str| format!("package main\nfunc main() {{\n\tdb, err := {call}\n\trepo := NewRepo(db)\n}}\n");
    let module = ("go.mod", "module a\nrequire github.com/jackc/pgx/v5 v5.5.3\n");
    let of = |call: &str| outcome(&[module, ("main.go", &main(call))]);
    assert_eq!(of("sql.Open(\"pgx\", url)"), Outcome::Met);
    assert_eq!(of("pgx.Connect(ctx, url)"), Outcome::NotAssessable);
}

#[test]
fn what_a_library_does_by_itself_counts() {
    assert_eq!(outcome(&[("go.mod", "module a\nrequire gorm.io/gorm v1.25.0\n")]), Outcome::Met);
    assert_eq!(outcome(&[("Gemfile", "gem 'rails'\ngem 'pg'\n")]), Outcome::Met);
    assert_eq!(outcome(&[("requirements.txt", "django\npsycopg2\n")]), Outcome::Partly);
    assert_eq!(outcome(&[("requirements.txt", "django\n")]), Outcome::NotApplicable);
}

#[test]
fn a_program_of_one_file_answers_requests_as_well() {
    let main = |call: &str| {
        format!(
            "import psycopg2\nfrom fastapi import FastAPI\napp = FastAPI()\n\ndef get_db():\n    return psycopg2.connect(URL)\n\n@app.get('/items')\ndef items():\n    {call}\n    return []\n"
        )
    };
    let manifest = ("requirements.txt", "psycopg2\n");
    assert_eq!(outcome(&[("main.py", &main("conn = get_db()")), manifest]), Outcome::NotMet);
    let once = main("pass") + "\nif __name__ == '__main__':\n    conn = get_db()\n";
    assert_ne!(outcome(&[("main.py", &once), manifest]), Outcome::NotMet);
}

const NEEDS: (&str, &str) = ("requirements.txt", "fastapi\nsqlalchemy\n");

#[test]
fn a_factory_of_engines_that_is_called_once_makes_one_pool() {
    let engine = |options: &str| {
        format!("from sqlalchemy import create_engine\n\ndef make():\n    return create_engine(URL{options})\n")
    };
    let keeps = "\nSession = sessionmaker(\n    autoflush=False, bind=make()\n)\n";
    let once = engine("") + keeps;
    assert_eq!(outcome(&[("services/db.py", &once), NEEDS]), Outcome::Met);
    let class = "class Database:\n    _engine = None\n\n    def _make(self):\n        return create_engine(URL, pool_size=5)\n\n    def get(self):\n        if Database._engine is None:\n            Database._engine = self._make()\n        return Database._engine\n";
    assert_eq!(outcome(&[("services/db.py", class), NEEDS]), Outcome::Met);
    let lazily = class.replace(", pool_size=5", "").replace("Database._engine = self._make()", "one = self._make()");
    assert_eq!(outcome(&[("services/db.py", &lazily), NEEDS]), Outcome::Met);
    let routes =
        "from db import make\n\n@router.get('/a')\ndef a():\n    engine = make()\n    return engine.connect()\n";
    let files = [("services/db.py", engine("")), ("routes/a.py", routes.to_owned())];
    assert_eq!(outcome(&[(files[0].0, &files[0].1), (files[1].0, &files[1].1), NEEDS]), Outcome::NotMet);
    assert_eq!(outcome(&[("services/db.py", &once), ("routes/a.py", routes), NEEDS]), Outcome::Partly, "some requests");
}

#[test]
fn a_function_of_another_module_or_in_a_comment_is_not_called() {
    let manifest = (
        "Cargo.toml",
        "[package]\nname = \"a\"\n[dependencies]\nmongodb = \"2\"\ntokio-postgres = \"0.7\"\nactix-web = \"4\"\n",
    );
    let other = (
        "src/postgres.rs",
        "pub async fn connect() -> Client {\n    tokio_postgres::connect(URL, NoTls).await.unwrap()\n}\n",
    );
    let handler = |line: &str| format!("#[get(\"/\")]\nasync fn all() -> impl Responder {{\n    {line}\n}}\n");
    let of = |line: &str| outcome(&[manifest, other, ("src/main.rs", &handler(line))]);
    assert_eq!(of("let a = mongo::connect().await;"), Outcome::Met);
    assert_eq!(of("// let a = postgres::connect().await;"), Outcome::Met);
    assert_eq!(of("let a = postgres::connect().await;"), Outcome::NotMet);
    let start = handler("a()") + "\n#[actix_web::main]\nasync fn main() {\n    let a = postgres::connect().await;\n}\n";
    assert_eq!(outcome(&[manifest, other, ("src/main.rs", &start)]), Outcome::Met);
}

#[test]
fn a_client_in_a_resolver_is_opened_for_each_request() {
    let resolver = "import { Mutation, Resolver } from 'type-graphql';\nimport { PrismaClient } from '@prisma/client';\n\n@Resolver()\nexport class TaskResolver {\n  @Mutation(() => Task)\n  async assign(\n    @Arg('id') id: string,\n  ): Promise<Task> {\n    const prisma = new PrismaClient();\n    return prisma.task.find(id);\n  }\n}\n";
    let index = "import { PrismaClient } from '@prisma/client';\nasync function main() {\n  const prisma = new PrismaClient();\n  await serve({ context: () => ({ prisma }) });\n}\nmain();\n";
    let package = ("package.json", r#"{"dependencies": {"@prisma/client": "5"}}"#);
    assert_eq!(outcome(&[package, ("src/task.ts", resolver)]), Outcome::NotMet);
    assert_eq!(outcome(&[package, ("src/task.ts", resolver), ("index.ts", index)]), Outcome::Partly, "one is shared");
    assert_eq!(outcome(&[package, ("index.ts", index)]), Outcome::Met);
}

#[test]
fn a_source_that_a_pool_asks_opens_none_for_requests() {
    let class = |head: &str| {
        format!(
            "{head} {{\n  public Connection getConnection() throws SQLException {{\n    return DriverManager.getConnection(url, user, token());\n  }}\n}}\n"
        )
    };
    let pom = (
        "pom.xml",
        "<project><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-jdbc</artifactId></dependency></dependencies></project>",
    );
    let dao = (
        "src/main/java/ItemDao.java",
        "class ItemDao {\n  void all() {\n    Connection a = source.getConnection();\n  }\n}\n",
    );
    let of = |head: &str| outcome(&[pom, dao, ("src/main/java/TokenSource.java", &class(head))]);
    assert_eq!(of("class TokenSource extends AbstractDataSource"), Outcome::Met);
    assert_eq!(of("class TokenSource"), Outcome::NotMet);
}
