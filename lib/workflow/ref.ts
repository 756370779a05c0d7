/**
 * References: `run` works with them instead of values, since it is called once, long before any run. These
 * are the types; `proxy.ts` makes the references themselves.
 */
declare const VALUE: unique symbol;
declare const MISSING: unique symbol;

/** A placeholder for a `T` that exists at run time. */
export interface Reference<out T> {
  /**
   * For the compiler's message, which names the first field that does not match: this one, for a value that
   * may be missing.
   */
  readonly [MISSING]: {
    readonly "This value may be missing: give another in its place with orElse(value, default), or fail without it with present(value)": T &
      undefined;
  };
  readonly [VALUE]: T;
}

type Scalar = string | number | boolean;
type Nothing = null | undefined;

/** A reference together with references to the fields of its value. */
export type Ref<T> = Reference<T> & Fields<T>;

/** An `undefined` on the path stays in the type: a field of an optional value is optional. */
type Fields<T> = { readonly [K in FieldName<T>]: Ref<FieldValue<T, K>> };

/** The names of a union's fields are those of all its members. A record's keys are read by `at`. */
type FieldName<T> = T extends Scalar | Nothing | readonly unknown[]
  ? never
  : T extends object
    ? DeclaredKey<T>
    : never;

type DeclaredKey<T> = keyof { [K in keyof T as string extends K ? never : K]: 0 } & string;

type FieldValue<T, K extends string> = T extends unknown ? (K extends keyof T ? T[K] : undefined) : never;

/**
 * What is accepted where a `T` is needed: the value, a reference to it, or a value with references inside.
 * Objects are checked field by field, so that an error is reported at its property.
 */
export type Given<T> = 0 extends 1 & T
  ? any
  : unknown extends T
    ? unknown
    : [T] extends [Scalar | Nothing]
      ? T | Reference<T>
      : [T] extends [readonly unknown[]]
        ? { readonly [I in keyof T]: Given<T[I]> } | Reference<T>
        : IsUnion<T> extends true
          ? GivenMember<T> | Reference<T>
          : GivenMember<T>;

type GivenMember<T> = T extends Scalar | Nothing
  ? T
  : T extends readonly unknown[]
    ? { readonly [I in keyof T]: Given<T[I]> }
    : string extends keyof T
      ? { readonly [K in keyof T]: Given<T[K]> } | Reference<T>
      : { readonly [K in keyof T]: Given<T[K]> };

type IsUnion<T, Whole = T> = (T extends unknown ? ([Whole] extends [T] ? never : true) : never) extends never
  ? false
  : true;

/** The type of a given value after its references are resolved. */
export type ValueOf<G> = 0 extends 1 & G
  ? any
  : G extends Reference<infer T>
    ? T
    : G extends Scalar | Nothing
      ? G
      : undefined extends G
        ? undefined
        : G extends object
          ? { -readonly [K in keyof G]: ValueOf<G[K]> }
          : unknown;
