/** Makes every text column that a migration adds tell case, accents and blanks apart, and sort by code point. */
import {
  type ColumnDefinitionNode,
  type KyselyPlugin,
  type OperationNode,
  OperationNodeTransformer,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  type QueryId,
  type QueryResult,
  RawNode,
  type RootOperationNode,
  type UnknownRow,
} from 'kysely';

/** Adds `clause`, such as `collate "C"`, to the type of each new column of text. */
export class TextColumns implements KyselyPlugin {
  readonly #transformer: Transformer;

  constructor(clause: string) {
    this.#transformer = new Transformer(clause);
  }

  transformQuery({ node, queryId }: PluginTransformQueryArgs): RootOperationNode {
    const addsColumns = node.kind === 'CreateTableNode' || node.kind === 'AlterTableNode';
    return addsColumns ? this.#transformer.transformNode(node, queryId) : node;
  }

  async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return result;
  }
}

class Transformer extends OperationNodeTransformer {
  readonly #clause: string;

  constructor(clause: string) {
    super();
    this.#clause = clause;
  }

  protected override transformColumnDefinition(
    node: ColumnDefinitionNode,
    queryId?: QueryId,
  ): ColumnDefinitionNode {
    const column = super.transformColumnDefinition(node, queryId);
    const type = typeText(column.dataType);
    if (!/^(varchar|text|longtext)/.test(type)) return column;
    return { ...column, dataType: RawNode.createWithSql(`${type} ${this.#clause}`) };
  }
}

/** The type as it was written down. */
function typeText(node: OperationNode): string {
  if ('dataType' in node && typeof node.dataType === 'string') return node.dataType;
  return 'sqlFragments' in node && Array.isArray(node.sqlFragments) ? node.sqlFragments.join('') : '';
}
