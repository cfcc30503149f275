{% snapshot register_history %}
{{
    config(
        unique_key='gmc_number',
        strategy='check',
        check_cols=var('tracked'),
        hard_deletes='invalidate'
    )
}}
select gmc_number, {{ var('tracked') | join(', ') }}
from {{ source('staging', 'register_staging') }}
{% endsnapshot %}
