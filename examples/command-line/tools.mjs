// Today's tools: since the session was recorded, `fetch_sales_data` wants to know the year as well.
export const fetchSalesData = {
  name: 'fetch_sales_data',
  description: 'Sales rows of one SKU and year as a JSON list, each with week, units and price.',
  input_schema: {
    type: 'object',
    properties: { sku: { type: 'string' }, year: { type: 'integer' } },
    required: ['sku', 'year'],
  },
  allowed_callers: ['code_execution_20260120'],
};
