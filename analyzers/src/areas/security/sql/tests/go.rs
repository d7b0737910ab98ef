use super::outcome;
use crate::Outcome::{Met, NotMet};

#[test]
fn a_text_may_be_a_constant_and_follow_what_it_fills() {
    let of = |call: &str| {
        let body = format!("\tname := c.Query(\"name\")\n\t{call}\n");
        let one = "const one = `SELECT * FROM users WHERE id = $1`";
        outcome("a.go", &format!("package a\n{one}\nfunc f(c *gin.Context) {{\n{body}}}\n"))
    };
    assert_eq!(of("db.GetContext(ctx, &user, one, id)"), Met);
    assert_eq!(of("pgxscan.Get(ctx, db, &user, one, id)"), Met);
    assert_eq!(of("const q = `INSERT INTO users (name) VALUES (:name)`\n\tdb.NamedExecContext(ctx, q, user)"), Met);
    assert_eq!(of("q := fmt.Sprint(`SELECT * FROM users WHERE id = $1`)\n\tdb.Get(&user, q, id)"), Met);
    let joined = "q := fmt.Sprint(`SELECT * FROM users WHERE name = '`, name, `'`)\n\tdb.Get(&user, q)";
    assert_eq!(of(joined), NotMet);
    let written = "q := \"SELECT * FROM users WHERE name = '\" + name + \"'\"\n\t";
    assert_eq!(of(&format!("{written}db.SelectContext(ctx, &users, q)")), NotMet);
    assert_eq!(of(&format!("{written}db.NamedQueryContext(ctx, q, user)")), NotMet);
}

#[test]
fn many_parentheses_and_assignments_hide_nothing() {
    let of = |body: &str| outcome("a.go", &format!("package a\nfunc f(c *gin.Context) {{\n{body}}}\n"));
    let select = "\"SELECT * FROM users WHERE name = '\" + name + \"'\"";
    let wrapped = format!("{}{select}{}", "(".repeat(40), ")".repeat(40));
    assert_eq!(of(&format!("\tname := c.Query(\"name\")\n\tdb.Query({wrapped})\n")), NotMet);
    let handed: String = (0..30).map(|at| format!("\tn{} := n{at}\n", at + 1)).collect();
    assert_eq!(of(&format!("\tn0 := c.Query(\"name\")\n{handed}\tname := n30\n\tdb.Query({select})\n")), NotMet);
}
