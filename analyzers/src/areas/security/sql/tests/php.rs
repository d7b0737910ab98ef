use super::outcome;
use crate::Outcome::{Met, Partly};

#[test]
fn a_name_that_laravel_is_given_within_a_function_of_sql() {
    let of = |condition: &str| {
        let class = format!(
            "<?php\nclass Users {{\n  public function all($filter) {{\n    return $this->model->query()->whereRaw({condition}, ['%a%']);\n  }}\n}}\n"
        );
        outcome("app/Users.php", &class)
    };
    assert_eq!(of("'LOWER(' . $filter . ') LIKE ?'"), Partly);
    assert_eq!(of("'LOWER(name) LIKE ?'"), Met);
    let walked = "<?php\nclass Users {\n  public function all($filter) {\n    foreach ($filter as $key => $value) {\n      $this->query->whereRaw('LOWER(' . $key . ') LIKE ?', [$value]);\n    }\n  }\n}\n";
    assert_eq!(outcome("app/Users.php", walked), Partly);
    assert_eq!(outcome("app/Users.php", &walked.replace("$filter as", "self::COLUMNS as")), Met);
}
