ActiveRecord::Schema.define do
  create_table "a", force: :cascade do |t|
    t.references :b, foreign_key: true
    t.float "price"
    t.index ["b_id"]
  end
end
