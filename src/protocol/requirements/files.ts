import { DOCS, FIELD, SDK, row, type Requirement } from './requirement.ts';

/** The Files API, and files that messages attach. */
export const FILE_RULES = {
  'file.upload': row(
    'documented',
    `${DOCS}; ${SDK}`,
    'An upload is multipart/form-data with the file as `file`; `expires_in_seconds` is 3600 to 7776000. The texts are guesses.',
  ),
  'file.unknown': row(
    'inferred',
    DOCS,
    'A file that does not exist, or was deleted, is a 404. The text is a guess.',
  ),
  'file.not_downloadable': row(
    'types',
    SDK,
    'The content of an uploaded file cannot be had: a 400 with `error_code: file_not_downloadable`.',
  ),
  'file.list': row(
    'types',
    SDK,
    'A list is asked for by page, or by at most 100 ids without `page` and `limit`. The texts are guesses.',
  ),
  'file.no_container': row(
    'reported',
    FIELD,
    'A `container_upload` without a code execution tool is refused. The text is a guess.',
  ),
} satisfies Record<string, Requirement>;

export const FILE_BEHAVIOURS = {
  'file.shape': row(
    'recorded',
    'June to August 2026',
    'A file has type, id, filename, mime_type, size_bytes, created_at and downloadable: false when uploaded, true when code made it.',
  ),
  'file.content': row(
    'recorded',
    'April to July 2026',
    "The content is the bytes, with the mime type and `attachment; filename*=utf-8''NAME`.",
  ),
  'file.deleted': row(
    'recorded',
    'June to August 2026',
    'A deleted file is `{id, type: "file_deleted"}`.',
  ),
  'file.pages': row(
    'types',
    `${SDK}; versions before 1.0 for the beta`,
    'Lists page by `page` and `next_page`; with the beta header of 2025 by `after_id`, `before_id` and `has_more`. No beta header is needed since August 2026.',
  ),
  'file.attached': row(
    'recorded',
    'April to August 2026',
    'A `container_upload` puts the file into `$INPUT_DIR` under its name; one of an earlier message is not put into a later container.',
  ),
} satisfies Record<string, Requirement>;
