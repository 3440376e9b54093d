// Serves dynalite, its store in memory, on a free port of 127.0.0.1, and prints the port. Ends when its input does: with the
// process that started it, however that ends.
const { createRequire } = require('node:module')

const load = createRequire(process.argv[2])

// dynalite is older than ReturnValuesOnConditionCheckFailure and drops it without a word. AWS hands out the item that refused a write,
// under the same lock as the refusal; so does this. Where no item is there, AWS names none.
const db = load('dynalite/db')
const refuse = db.checkConditional
db.checkConditional = (request, item) => {
  const refusal = refuse(request, item)
  if (refusal && item && request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD') refusal.body.Item = item
  return refusal
}
for (const write of ['putItem', 'updateItem', 'deleteItem']) {
  load(`dynalite/validations/${write}`).types.ReturnValuesOnConditionCheckFailure = { type: 'String', enum: ['ALL_OLD', 'NONE'] }
}

const server = load('dynalite')({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 })
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
process.stdin.on('end', () => process.exit()).resume()
