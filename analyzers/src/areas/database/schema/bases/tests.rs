use super::*;
use crate::areas::database::Schema;
use crate::snapshot::fixture::Fixture;

/// The tables that have a column for the tenant from elsewhere, with its line, and what is no table.
fn found(files: &[(&str, &str)]) -> (Vec<(String, String, u32)>, Vec<String>) {
    let repo = files.iter().fold(Fixture::new(), |repo, (path, text)| repo.file(path, text)).snapshot();
    let parts = parts(&repo, Schema::of(&repo));
    let is_told = |column: &Column| {
        let name = column.called.as_ref().unwrap_or(&column.name);
        name.starts_with("tenant")
    };
    let columns = parts.columns.into_iter().filter(|(_, column)| is_told(column));
    let columns = columns.map(|(table, column)| (table, column.path, column.lines.0)).collect();
    (columns, parts.no_tables.into_iter().collect())
}

#[test]
fn classes_that_are_made_of_others_in_too_many_steps_are_told() {
    let told = |steps: usize| {
        let base = "    tenant_id = Column(ForeignKey('tenants.id'))\n";
        let bases: String =
            (0..steps).map(|at| format!("class B{at}(B{}):\n    __abstract__ = True\n", at + 1)).collect();
        let text = format!(
            "from sqlalchemy import Column\n{bases}class B{steps}(Base):\n    __abstract__ = True\n{base}class Order(B0):\n    __tablename__ = 'order'\n    id = Column(Integer, primary_key=True)\n"
        );
        let repo = Fixture::new().file("models.py", &text).snapshot();
        (parts(&repo, Schema::of(&repo)).columns.len(), repo.left().len())
    };
    let (all, none) = told(7);
    assert_eq!((told(8), none), ((all - 1, 1), 0));
}

#[test]
fn a_table_has_what_its_class_is_made_of_whatever_the_mapper() {
    let gorm = "package models\n\ntype TenantModel struct {\n\tgorm.Model\n\tTenantID uint\n}\n";
    for (table, files, line) in [
        (
            "order",
            [
                (
                    "core/mixins.py",
                    "from django.db import models\n\nclass Owned(models.Model):\n    tenant = models.ForeignKey(\n        'Tenant', on_delete=models.CASCADE)\n\n    class Meta:\n        abstract = True\n",
                ),
                (
                    "shop/models.py",
                    "from django.db import models\nfrom core.mixins import Owned\n\nclass Order(Owned):\n    total = models.IntegerField()\n",
                ),
            ],
            4,
        ),
        (
            "order",
            [
                (
                    "db/base.py",
                    "class TenantMixin:\n    @declared_attr\n    def tenant_id(cls) -> Mapped[int]:\n        return mapped_column(ForeignKey('tenants.id'))\n",
                ),
                (
                    "db/order.py",
                    "class Order(TenantMixin, Base):\n    __tablename__ = 'orders'\n    id: Mapped[int] = mapped_column(primary_key=True)\n",
                ),
            ],
            3,
        ),
        (
            "order",
            [
                (
                    "Owned.java",
                    "@MappedSuperclass\npublic abstract class Owned {\n    @Column(name = \"tenant_id\")\n    private Long tenant;\n}\n",
                ),
                ("Order.java", "@Entity\npublic class Order extends Owned {\n    @Id\n    private Long id;\n}\n"),
            ],
            3,
        ),
        (
            "order",
            [
                ("Ownership.kt", "@Embeddable\nclass Ownership(\n    val tenantId: Long,\n)\n"),
                ("Order.kt", "@Entity\nclass Order(\n    @Id val id: Long,\n    @Embedded val owner: Ownership,\n)\n"),
            ],
            3,
        ),
        (
            "order",
            [
                ("Owned.cs", "public abstract class Owned\n{\n    public Guid TenantId { get; set; }\n}\n"),
                (
                    "Shop.cs",
                    "class Shop : DbContext { public DbSet<Order> Orders { get; set; } }\npublic class Order : Owned\n{\n    public int Id { get; set; }\n}\n",
                ),
            ],
            3,
        ),
        (
            "order",
            [
                ("owned.ts", "export abstract class Owned {\n  @Column()\n  tenantId: string;\n}\n"),
                ("order.ts", "@Entity()\nexport class Order extends Owned {\n  @Column()\n  total: number;\n}\n"),
            ],
            2,
        ),
        (
            "order",
            [
                ("src/Owned.php", "<?php\ntrait Owned\n{\n    #[ORM\\ManyToOne]\n    private Tenant $tenant;\n}\n"),
                (
                    "src/Order.php",
                    "<?php\n#[ORM\\Entity]\nclass Order\n{\n    use Owned;\n\n    #[ORM\\Column]\n    private int $total;\n}\n",
                ),
            ],
            4,
        ),
        (
            "order",
            [("base.go", gorm), ("order.go", "package models\n\ntype Order struct {\n\tTenantModel\n\tTotal int\n}\n")],
            5,
        ),
        (
            "order",
            [
                (
                    "app/models/concerns/owned.rb",
                    "module Owned\n  extend ActiveSupport::Concern\n  included do\n    belongs_to :tenant\n  end\nend\n",
                ),
                ("app/models/order.rb", "class Order < ApplicationRecord\n  include Owned\nend\n"),
            ],
            4,
        ),
    ] {
        let (columns, _) = found(&files);
        assert_eq!(columns, [(table.to_owned(), files[0].0.to_owned(), line)], "{files:?}");
    }
}

#[test]
fn what_tables_are_made_of_is_none_and_neither_is_what_is_sent() {
    let base = "package models\n\ntype TenantBase struct {\n\tgorm.Model\n\tTenantID uint\n}\n";
    let order = "package models\n\ntype Order struct {\n\tTenantBase\n\tTotal int\n}\n\ntype OrderResponse struct {\n\tOrder\n\tNext string\n}\n";
    let (columns, no_tables) = found(&[("base.go", base), ("order.go", order)]);
    assert_eq!(columns.into_iter().map(|(table, ..)| table).collect::<Vec<_>>(), ["order"]);
    assert_eq!(no_tables, ["tenantbase"]);
}

#[test]
fn classes_that_are_made_of_each_other_come_to_an_end() {
    let text = "from django.db import models\n\nclass A(B):\n    tenant = models.ForeignKey('T')\n\nclass B(A):\n    x = models.IntegerField()\n";
    assert_eq!(found(&[("a/models.py", text)]).0.len(), 1);
}
