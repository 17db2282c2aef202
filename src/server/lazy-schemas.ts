/** Compiles the schema of a route when the route is first called: compiling all of them is most of a server's start. */
import buildAjv from '@fastify/ajv-compiler';
import buildSerializers from '@fastify/fast-json-stringify-compiler';
import type { FastifyServerOptions } from 'fastify';

type Compilers = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>;

/** Says whether data fits; where it does not, `errors` say why. */
interface Validate {
  (data: unknown): unknown;
  errors?: unknown;
}

/** As Fastify calls what builds validators, which the types of that say otherwise. */
type BuildValidator = (external: unknown, options: unknown) => (route: unknown) => Validate;

/** Fastify's own compilers, put off. A schema that cannot be compiled fails its first call. */
export function lazySchemas(): Compilers {
  const ajv = buildAjv() as unknown as BuildValidator;
  const buildValidator: BuildValidator = (external, options) => {
    const compiler = once(() => ajv(external, options));
    return (route) => lazyValidate(once(() => compiler()(route)));
  };
  const serializers = buildSerializers();
  return {
    buildValidator: buildValidator as unknown as NonNullable<Compilers['buildValidator']>,
    buildSerializer: (external, options) => {
      const compiler = once(() => serializers(external, options));
      return (route) => {
        const serialize = once(() => compiler()(route));
        return (value) => serialize()(value);
      };
    },
  };
}

function lazyValidate(compiled: () => Validate): Validate {
  const validate: Validate = (data) => {
    const real = compiled();
    const fits = real(data);
    validate.errors = real.errors;
    return fits;
  };
  return validate;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
