import { Writer } from "protobufjs/minimal.js";
import { yaml } from "../../../base/yaml.ts";
import type { Swagger } from "./documents.ts";
import type { Schema } from "./schemas.ts";

/** The document as gnostic's openapi.v2.Document, the only form that kubectl asks /openapi/v2 for. */
export function encodeSwagger({ swagger, info, paths, definitions }: Swagger): Buffer {
  const writer = Writer.create();
  text(writer, 1, swagger);
  nested(writer, 2, (inner) => {
    text(inner, 1, info.title);
    text(inner, 2, info.version);
  });
  nested(writer, 8, (inner) => {
    for (const [path, item] of Object.entries(paths)) named(inner, 2, path, (value) => pathItem(value, item));
  });
  nested(writer, 9, (inner) => {
    for (const [name, schema] of Object.entries(definitions))
      named(inner, 1, name, (value) => putSchema(value, schema));
  });
  return Buffer.from(writer.finish());
}

type Fill = (writer: Writer) => void;

function nested(writer: Writer, field: number, fill: Fill): void {
  fill(writer.uint32((field << 3) | 2).fork());
  writer.ldelim();
}

function text(writer: Writer, field: number, value: unknown): void {
  if (typeof value === "string" && value !== "") writer.uint32((field << 3) | 2).string(value);
}

/** A NamedX message: name in field 1, value in field 2. */
function named(writer: Writer, field: number, name: string, fill: Fill): void {
  nested(writer, field, (inner) => {
    text(inner, 1, name);
    nested(inner, 2, fill);
  });
}

const methods: Readonly<Record<string, number>> = { get: 2, put: 3, post: 4, delete: 5, options: 6, head: 7, patch: 8 };

function pathItem(writer: Writer, item: Schema): void {
  for (const [method, operation] of Object.entries(item)) {
    const field = methods[method];
    if (field) nested(writer, field, (inner) => putOperation(inner, operation as Schema));
  }
}

function putOperation(writer: Writer, operation: Schema): void {
  text(writer, 5, operation.operationId);
  for (const one of (operation.produces ?? []) as string[]) text(writer, 6, one);
  for (const one of (operation.consumes ?? []) as string[]) text(writer, 7, one);
  for (const one of (operation.parameters ?? []) as Schema[]) nested(writer, 8, (inner) => putParameter(inner, one));
  nested(writer, 9, (inner) => {
    for (const [code, response] of Object.entries((operation.responses ?? {}) as Record<string, Schema>)) {
      named(inner, 1, code, (value) => nested(value, 1, (plain) => putResponse(plain, response)));
    }
  });
  putExtensions(writer, 13, operation);
}

/** ParametersItem{Parameter{BodyParameter | NonBodyParameter{QueryParameterSubSchema}}} */
function putParameter(writer: Writer, parameter: Schema): void {
  nested(writer, 1, (item) => {
    if (parameter.in === "body") {
      nested(item, 1, (body) => {
        text(body, 2, parameter.name);
        text(body, 3, "body");
        body.uint32((4 << 3) | 0).bool(true);
        nested(body, 5, (schema) => putSchema(schema, parameter.schema as Schema));
      });
      return;
    }
    nested(item, 2, (other) =>
      nested(other, 3, (inner) => {
        text(inner, 2, "query");
        text(inner, 3, parameter.description);
        text(inner, 4, parameter.name);
        text(inner, 6, parameter.type);
      }),
    );
  });
}

function putResponse(writer: Writer, { description, schema }: Schema): void {
  text(writer, 1, description);
  if (schema) nested(writer, 2, (item) => nested(item, 1, (inner) => putSchema(inner, schema as Schema)));
}

function putSchema(writer: Writer, schema: Schema): void {
  text(writer, 1, schema.$ref);
  text(writer, 2, schema.format);
  text(writer, 4, schema.description);
  for (const name of (schema.required ?? []) as string[]) text(writer, 19, name);
  if (typeof schema.additionalProperties === "object") {
    nested(writer, 21, (item) => nested(item, 1, (inner) => putSchema(inner, schema.additionalProperties as Schema)));
  }
  if (typeof schema.type === "string") nested(writer, 22, (inner) => text(inner, 1, schema.type));
  if (schema.items) nested(writer, 23, (item) => nested(item, 1, (inner) => putSchema(inner, schema.items as Schema)));
  if (schema.properties) {
    nested(writer, 25, (inner) => {
      for (const [name, value] of Object.entries(schema.properties as Record<string, Schema>)) {
        named(inner, 1, name, (one) => putSchema(one, value));
      }
    });
  }
  putExtensions(writer, 31, schema);
}

/** Vendor extensions travel as NamedAny{name, Any{yaml}}. */
function putExtensions(writer: Writer, field: number, holder: Schema): void {
  for (const [name, value] of Object.entries(holder)) {
    if (name.startsWith("x-")) named(writer, field, name, (any) => text(any, 2, yaml(value)));
  }
}
